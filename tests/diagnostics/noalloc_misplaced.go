// Promises above what is no function.
package noalloc

//tricolor:noalloc
type notAFunction struct{}

//tricolor:noalloc
var neither int

//tricolor:noalloc
const nor = 1

/*
flags: -e
want:
noalloc_misplaced.go:4:3: misplaced compiler directive
noalloc_misplaced.go:7:3: misplaced compiler directive
noalloc_misplaced.go:10:3: misplaced compiler directive
*/
