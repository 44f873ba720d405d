package loops

var queue []func()

func each(parts []string) {
	for _, part := range parts {
		for i := 0; i < 3; i++ {
			queue = append(queue, func() {
				println(part, i)
			})
		}
	}
}

// why: 6:9
