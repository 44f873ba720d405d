// Directives of tricolor's own that say nothing are errors.
package noalloc

//tricolor:noaloc
func misspelt() {}

//tricolor:noalloc because it is called in the innermost loop
func reason() {}

//tricolor:Noalloc
func capital() {}

// tricolor:noalloc with a blank in front is a comment.
func comment() *int { return new(int) }

func inside() {
	//tricolor:noalloc
	_ = func() {}
}

/*
flags: -e
want:
noalloc_misspelt.go:4:3: unknown directive //tricolor:noaloc: there is only //tricolor:noalloc
noalloc_misspelt.go:10:3: unknown directive //tricolor:Noalloc: there is only //tricolor:noalloc
noalloc_misspelt.go:17:4: misplaced compiler directive
*/
