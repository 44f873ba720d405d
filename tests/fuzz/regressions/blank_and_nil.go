package main

func f(v any) bool {
	switch a := v.(type) {
	case nil:
		_ = a
		return true
	case error, nil:
	}
	return true
}

func main() {
	(_) = 0
}
