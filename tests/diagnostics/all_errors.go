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
flags: -e
want:
all_errors.go:3:9: undefined: b
all_errors.go:4:15: undefined: f
all_errors.go:4:18: undefined: g
all_errors.go:4:21: undefined: h
all_errors.go:5:12: undefined: i2
all_errors.go:6:9: undefined: l
all_errors.go:7:9: undefined: n
all_errors.go:8:9: undefined: p
all_errors.go:9:9: undefined: r
all_errors.go:10:9: undefined: t
all_errors.go:11:9: undefined: v
*/
