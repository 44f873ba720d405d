module noalloc

go 1.26
