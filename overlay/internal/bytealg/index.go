package bytealg

// MaxBruteForce is how long a text may be for Index to be called without trying IndexByte first.
const MaxBruteForce = 64

// Index looks at all places at once where the first and the last byte are right; behind MaxLen bytes, hashing finds rarer matches
// faster than comparing does.
func init() { MaxLen = 63 }

// Cutover is how many places IndexByte may find in vain, within n bytes, before Index takes over.
func Cutover(n int) int { return (n + 16) / 8 }
