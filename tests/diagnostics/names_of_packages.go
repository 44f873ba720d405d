package p

import int "unsafe"

var x int
var _ [y]int
var y = 1

/*
flags: -e
want:
names_of_packages.go:3:8: "unsafe" imported as int and not used
names_of_packages.go:5:7: int (package name) is not a type
names_of_packages.go:6:8: invalid array length y
names_of_packages.go:6:10: int (package name) is not a type
*/
