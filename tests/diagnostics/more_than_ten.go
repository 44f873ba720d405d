package p

var a = b
var c, d, e = f, g, h
var i, j = i2, i2
var k = l
var m = n
var o = p
var q = r
var s = t
var u = v

/*
want:
more_than_ten.go:3:9: undefined: b
more_than_ten.go:4:15: undefined: f
more_than_ten.go:4:18: undefined: g
more_than_ten.go:4:21: undefined: h
more_than_ten.go:5:12: undefined: i2
more_than_ten.go:6:9: undefined: l
more_than_ten.go:7:9: undefined: n
more_than_ten.go:8:9: undefined: p
more_than_ten.go:9:9: undefined: r
more_than_ten.go:10:9: undefined: t
more_than_ten.go:10:9: too many errors
*/
