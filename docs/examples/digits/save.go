package main

import (
	"io"
	"os"
	"path/filepath"
)

// save writes a file whole or not at all: under another name first, which
// becomes the file's own when everything is written. So nobody ever sees a part
// of it, and after an error a file that was there before is as it was.
func save(path string, write func(w io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	if err := write(f); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := os.Chmod(f.Name(), 0o644); err != nil { // CreateTemp lets nobody else read it
		return err
	}
	return os.Rename(f.Name(), path)
}
