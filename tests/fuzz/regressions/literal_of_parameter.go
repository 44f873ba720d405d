package p

type S struct{ b string }

func g[T S]() T { return T{b: "a"} }

func h[T S, P *T]() []P { return []P{} }
