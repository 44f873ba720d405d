package part

import "os"

func magic(path string) ([]byte, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return data[:4], nil
}

type header struct {
	kind []byte
	name string
}

var headers []header

func header32() {
	buffer := make([]byte, 32768)
	for i := range buffer {
		buffer[i] = byte(i)
	}
	h := header{kind: buffer[8:24]}
	headers = append(headers, h)
}

func keyOf(path string) string {
	data, _ := os.ReadFile(path)
	text := string(data)
	return text[:8]
}

// What is sliced belongs to the caller.
func front(data []byte) []byte { return data[:4] }

// It is written to afterwards: the part shows that, a copy would not.
func window() []byte {
	buffer := make([]byte, 32768)
	part := buffer[:16]
	buffer[0] = 1
	return part
}

// Most of it is needed.
func most() []byte {
	buffer := make([]byte, 1024)
	return buffer[:1000]
}

// why: 10
// why: 21
// why: 32
// why: 36
// why: 41
// why: 49
