package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

// compile returns the engine of the page of docs/explore: the program, compressed, and
// what starts it, from the same Go that compiles it. It runs the go command in the folder
// of the repository.
func compile(root string) (map[string][]byte, error) {
	work, err := os.MkdirTemp("", "adjoint-page-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(work)
	overlay, err := withoutCatalog(root, work)
	if err != nil {
		return nil, err
	}
	program := filepath.Join(work, "explore.wasm")
	// Without inlining the program is a sixth smaller.
	build := exec.Command("go", "build", "-trimpath", "-overlay", overlay, "-gcflags=all=-l", "-ldflags=-s -w", "-o", program, "./"+appSource)
	build.Dir = root
	build.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%s does not compile for the browser: %w\n%s", appSource, err, out)
	}
	code, err := os.ReadFile(program)
	if err != nil {
		return nil, err
	}
	var packed bytes.Buffer
	z, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(code); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return nil, fmt.Errorf("where Go is installed is not known: %w", err)
	}
	start, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(goroot)), "lib", "wasm", "wasm_exec.js"))
	if err != nil {
		return nil, fmt.Errorf("this Go has no wasm_exec.js: %w", err)
	}
	return map[string][]byte{path.Join(appFolder, "explore.wasm.gz"): packed.Bytes(), path.Join(appFolder, "wasm_exec.js"): start}, nil
}

var registration = regexp.MustCompile(`(?ms)^var _ = register\((Entry\{.*?^\})\)$`)

// withoutCatalog writes an overlay for the go command in which package ops has no entries
// in its catalog. They name all operations, so a program with the catalog has all of them,
// though it may apply a few: a fifth of the page's. As functions without a name they are
// compiled, and left out by the linker.
func withoutCatalog(root, work string) (overlay string, err error) {
	files, err := filepath.Glob(filepath.Join(root, "ops", "*.go"))
	if err != nil {
		return "", err
	}
	replaced := map[string]string{}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return "", err
		}
		changed := registration.ReplaceAll(content, []byte("func _() { register($1) }"))
		if strings.HasSuffix(file, "_test.go") || bytes.Equal(changed, content) {
			continue
		}
		absolute, err := filepath.Abs(file)
		if err != nil {
			return "", err
		}
		copied := filepath.Join(work, filepath.Base(file))
		if err := os.WriteFile(copied, changed, 0o644); err != nil {
			return "", err
		}
		replaced[absolute] = copied
	}
	list, err := json.Marshal(map[string]any{"Replace": replaced})
	if err != nil {
		return "", err
	}
	overlay = filepath.Join(work, "overlay.json")
	return overlay, os.WriteFile(overlay, list, 0o644)
}
