package p

var a =                                                                                                                                                                                                                                                                      + b; var c d

/*
flags: -e
want:
columns.go:3: undefined: b
columns.go:3: undefined: d
*/
