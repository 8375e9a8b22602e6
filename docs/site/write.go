package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// manifest is the file in a site that lists its other files with their SHA-256.
const manifest = ".adjoint-site"

// write puts the files into the folder dir, which is replaced as a whole: they are written
// beside it first. A folder with anything that an earlier call did not write, or
// that was changed since, is left as it is, and that is an error.
func write(dir string, files map[string][]byte) error {
	if err := ours(dir); err != nil {
		return err
	}
	parent := filepath.Dir(filepath.Clean(dir))
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return err
	}
	work, err := os.MkdirTemp(parent, ".site-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	fresh, old := filepath.Join(work, "new"), filepath.Join(work, "old")
	var list strings.Builder
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(&list, "%x  %s\n", sha256.Sum256(files[name]), name)
		file := filepath.Join(fresh, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(file, files[name], 0o644); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(fresh, 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(fresh, manifest), []byte(list.String()), 0o644); err != nil {
		return err
	}
	moved := os.Rename(dir, old)
	if moved != nil && !errors.Is(moved, fs.ErrNotExist) {
		return moved
	}
	if err := os.Rename(fresh, dir); err != nil {
		if moved == nil {
			err = errors.Join(err, os.Rename(old, dir))
		}
		return err
	}
	return nil
}

// ours tells whether write may replace dir: it is not there, is empty, or holds what
// write wrote and nothing else.
func ours(dir string) error {
	info, err := os.Lstat(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return fmt.Errorf("%s is not a folder", dir)
	}
	sums := map[string]string{}
	if list, err := os.ReadFile(filepath.Join(dir, manifest)); err == nil {
		for line := range strings.Lines(string(list)) {
			if sum, name, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "  "); ok {
				sums[name] = sum
			}
		}
	}
	return filepath.WalkDir(dir, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, file)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		if name == manifest {
			return nil
		}
		want, ok := sums[name]
		if !ok || !d.Type().IsRegular() {
			return fmt.Errorf("%s was not written by this command; the folder stays as it is", file)
		}
		content, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if fmt.Sprintf("%x", sha256.Sum256(content)) != want {
			return fmt.Errorf("%s was changed since it was written; the folder stays as it is", file)
		}
		return nil
	})
}
