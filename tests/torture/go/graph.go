// Random object graphs, rewired by many goroutines while the collector runs. Each graph has a shadow: the same edges as
// integers in memory without pointers, which the collector can not damage by moving or freeing what it should not. Every
// walk compares the two. Graphs travel between goroutines, so that an object is made on one thread, rewired on others
// and dropped on a third. A vertex keeps its edges in one of many ways, so that each way of reaching memory is covered.
package main

type vertex interface {
	identity() (id int, proof uint64)
	get(edge int) vertex
	set(edge int, to vertex)
}

type head struct {
	id    int
	proof uint64
}

func (h *head) identity() (int, uint64) { return h.id, h.proof }

const edges = 4

type inline struct { // edges in the object
	head
	to [edges]vertex
}

func (v *inline) get(e int) vertex     { return v.to[e] }
func (v *inline) set(e int, to vertex) { v.to[e] = to }

type sliced struct { // edges in an array of their own, replaced now and then
	to []vertex
	head
}

func (v *sliced) get(e int) vertex { return v.to[e] }
func (v *sliced) set(e int, to vertex) {
	if e == 0 {
		v.to = append([]vertex(nil), v.to...)
	}
	v.to[e] = to
}

type link struct {
	to   vertex
	next *link
}

type linked struct { // edges in a list, a new cell for each change
	head
	padding [5]uint64
	first   *link
}

func (v *linked) get(e int) vertex {
	l := v.first
	for ; e > 0; e-- {
		l = l.next
	}
	return l.to
}
func (v *linked) set(e int, to vertex) {
	at := &v.first // an interior pointer, kept across the allocation
	for ; e > 0; e-- {
		at = &(*at).next
	}
	*at = &link{to, (*at).next}
}

type closed struct { // an edge in variables that closures capture
	read  [edges]func() vertex
	write [edges]func(vertex)
	head
}

func newClosed(h head) *closed {
	v := &closed{head: h}
	for e := range v.read {
		var edge vertex
		v.read[e] = func() vertex { return edge }
		v.write[e] = func(to vertex) { edge = to }
	}
	return v
}
func (v *closed) get(e int) vertex     { return v.read[e]() }
func (v *closed) set(e int, to vertex) { v.write[e](to) }

type queued struct { // edges in the buffers of channels
	head
	to [edges]chan vertex
}

func newQueued(h head) *queued {
	v := &queued{head: h}
	for e := range v.to {
		v.to[e] = make(chan vertex, 1)
		v.to[e] <- nil
	}
	return v
}
func (v *queued) get(e int) vertex {
	to := <-v.to[e]
	v.to[e] <- to
	return to
}
func (v *queued) set(e int, to vertex) {
	<-v.to[e]
	v.to[e] <- to
}

type wide struct { // a large object; its edges lie far apart
	to [700]vertex
	head
}

func (v *wide) get(e int) vertex     { return v.to[e*233] }
func (v *wide) set(e int, to vertex) { v.to[e*233] = to }

type inner struct { // edges reached through a pointer into the middle of an array
	head
	to *[edges]vertex
}

func newInner(h head, r *random) *inner {
	arrays := make([][edges]vertex, 9)
	return &inner{h, &arrays[r.below(9)]}
}
func (v *inner) get(e int) vertex     { return v.to[e] }
func (v *inner) set(e int, to vertex) { v.to[e] = to }

const roots = 24

type graph struct {
	random *random
	root   []vertex
	// The shadow: identities, -1 for no edge.
	shadowRoot [roots]int
	shadow     []int32 // edges of vertex id from id*edges on
	made       int
}

func newGraph(number, vertices int) *graph {
	g := &graph{random: newRandom(number), root: make([]vertex, roots), shadow: make([]int32, vertices*edges)}
	for i := range g.shadowRoot {
		g.shadowRoot[i] = -1
	}
	for i := range g.shadow {
		g.shadow[i] = -1
	}
	return g
}

func (g *graph) full() bool { return g.made*edges == len(g.shadow) }

// same compares a vertex with the identity that the shadow names, and returns it.
func (g *graph) same(v vertex, id int) int {
	if v == nil {
		require(id == -1, "an edge is lost to", id, g.made)
		return -1
	}
	have, proof := v.identity()
	require(proof == mix(have), "an object is not itself", have, id)
	require(have == id, "an edge leads elsewhere: found, wanted", have, id)
	return id
}

// walk goes a random way from a random root.
func (g *graph) walk() (vertex, int) {
	at := g.random.below(roots)
	v := g.root[at]
	id := g.same(v, g.shadowRoot[at])
	for steps := g.random.below(12); v != nil && steps > 0; steps-- {
		e := g.random.below(edges)
		next := v.get(e)
		nextID := g.same(next, int(g.shadow[id*edges+e]))
		if next == nil {
			break
		}
		v, id = next, nextID
	}
	return v, id
}

func (g *graph) make() (vertex, int) {
	id := g.made
	g.made++
	h := head{id, mix(id)}
	switch g.random.below(20) {
	case 0, 1, 2, 3, 4, 5, 6:
		return &inline{head: h}, id
	case 7, 8, 9:
		return &sliced{head: h, to: make([]vertex, edges, edges+g.random.below(4))}, id
	case 10, 11, 12:
		return &linked{head: h, first: &link{nil, &link{nil, &link{nil, &link{}}}}}, id
	case 13, 14:
		return newClosed(h), id
	case 15, 16:
		return newQueued(h), id
	case 17:
		v := &wide{}
		v.head = h
		return v, id
	}
	return newInner(h, g.random), id
}

func (g *graph) setEdge(from vertex, fromID, e int, to vertex, toID int) {
	from.set(e, to)
	g.shadow[fromID*edges+e] = int32(toID)
}

func (g *graph) step() {
	switch g.random.below(8) {
	case 0, 1, 2: // a new vertex, with edges to what is there, becomes a root or hangs on another
		v, id := g.make()
		for e := 0; e < edges; e++ {
			if to, toID := g.walk(); to != nil && g.random.below(3) > 0 {
				g.setEdge(v, id, e, to, toID)
			}
		}
		if from, fromID := g.walk(); from != nil && g.random.below(4) > 0 {
			g.setEdge(from, fromID, g.random.below(edges), v, id)
		} else {
			at := g.random.below(roots)
			g.root[at], g.shadowRoot[at] = v, id
		}
	case 3, 4: // rewire
		from, fromID := g.walk()
		to, toID := g.walk()
		if from != nil && to != nil {
			g.setEdge(from, fromID, g.random.below(edges), to, toID)
		}
	case 5: // cut
		if from, fromID := g.walk(); from != nil {
			g.setEdge(from, fromID, g.random.below(edges), nil, -1)
		}
	case 6: // hide: the only pointer to a subgraph rests on the stack while garbage is made
		if from, fromID := g.walk(); from != nil {
			e := g.random.below(edges)
			hidden, hiddenID := from.get(e), int(g.shadow[fromID*edges+e])
			g.setEdge(from, fromID, e, nil, -1)
			churn(g.random, g.random.below(20))
			g.same(hidden, hiddenID)
			if to, toID := g.walk(); to != nil {
				g.setEdge(to, toID, e, hidden, hiddenID)
			}
		}
	case 7:
		at := g.random.below(roots)
		v, id := g.walk()
		g.root[at], g.shadowRoot[at] = v, id
	}
}

// verify compares everything that can be reached.
func (g *graph) verify() int {
	seen := make([]bool, g.made)
	type entry struct {
		v  vertex
		id int
	}
	var todo []entry
	reach := func(v vertex, id int) {
		if g.same(v, id) >= 0 && !seen[id] {
			seen[id] = true
			todo = append(todo, entry{v, id})
		}
	}
	for i, v := range g.root {
		reach(v, g.shadowRoot[i])
	}
	count := 0
	for len(todo) > 0 {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		count++
		for e := 0; e < edges; e++ {
			reach(at.v.get(e), int(g.shadow[at.id*edges+e]))
		}
	}
	return count
}

func worker(in <-chan *graph, out chan<- *graph) {
	for g := range in {
		for i := 100 + g.random.below(2000); i > 0 && !g.full(); i-- {
			g.step()
		}
		if g.random.below(8) == 0 || g.full() {
			g.verify()
		}
		out <- g
	}
}

func vertices(r *random) int { return times(2000 + r.below(20000)) }

func main() {
	const workers, graphs = 6, 16
	work, back := make(chan *graph, graphs), make(chan *graph, graphs)
	for i := 0; i < workers; i++ {
		go worker(work, back)
	}
	started, finished := graphs, 0
	for i := 0; i < graphs; i++ {
		work <- newGraph(i, vertices(newRandom(i)))
	}
	total := graphs + times(12)
	for finished < total {
		g := <-back
		if g.full() {
			finished++
			if started == total {
				continue
			}
			g = newGraph(started, vertices(g.random))
			started++
		}
		work <- g
	}
	close(work)
	println("ok")
}
