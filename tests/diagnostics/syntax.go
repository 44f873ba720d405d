// Of several syntax errors on a line the first remains; types are not looked at.
package p

var x int = y

func f( { ) ) }

func g() { a b c; d e }

/*
flags: -e
want:
syntax.go:6:9: syntax error: unexpected {, expected )
syntax.go:8:14: syntax error: unexpected name b at end of statement
*/
