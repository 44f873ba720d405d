package main

// Replaced by tests/torture/run: where the random numbers begin, and how much work there is (1: seconds).
const (
	seed  = 1
	scale = 1
)
