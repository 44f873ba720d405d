package main

// Replaced by tests/torture/run: where the random numbers begin, and how much work there is (100: about a second).
const (
	seed = 1
	work = 100
)
