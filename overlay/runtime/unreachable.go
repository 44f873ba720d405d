package runtime

// unreachableMethod stands in tables of methods for those that the program does not have, since nothing in it calls a method of
// their name and type through an interface.
func unreachableMethod() { throw("a method was called that is not part of the program") }
