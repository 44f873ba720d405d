package cpu

const CacheLinePadSize = 64

// What the machine can do beyond its baseline stays unsaid: the packages that ask have no code for it here.
func doinit() {}
