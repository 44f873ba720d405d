module example.org/memory

go 1.26
