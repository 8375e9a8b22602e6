package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
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
	program := filepath.Join(work, "explore.wasm")
	// Without inlining the program is an eighth smaller. Where it computes, functions are
	// inlined as ever: a fused multiply-add is a function here.
	build := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", program,
		"-gcflags=all=-l", "-gcflags=math=", "-gcflags=math/bits=", "-gcflags=github.com/adjoint-ad/adjoint/tensor/internal/kernel=", "./"+appSource)
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
