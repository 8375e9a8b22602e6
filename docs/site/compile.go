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
	overlay, err := without(root, work)
	if err != nil {
		return nil, err
	}
	program := filepath.Join(work, "explore.wasm")
	// Without inlining the program is an eighth smaller. Where it computes, functions are
	// inlined as ever: a fused multiply-add is a function here.
	build := exec.Command("go", "build", "-trimpath", "-overlay", overlay, "-ldflags=-s -w", "-o", program,
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

// registration is an entry of the catalog of package ops, and matrices are the functions
// of matrices in the language of expressions.
var (
	registration = regexp.MustCompile(`(?ms)^var _ = register\((Entry\{.*?^\})\)$`)
	matrices     = regexp.MustCompile(`"(?:det|logdet|inverse|cholesky|solve)": +\w+\(ops\.\w+\),`)
)

// without writes an overlay for the go command that leaves out what the page has no use
// for, a fifth of it. The catalog of package ops names all operations, so a program with it
// has all of them: as functions without a name its entries are compiled, and not linked.
// And the page takes numbers, which have no determinant: with the functions of matrices all
// of LAPACK goes.
func without(root, work string) (overlay string, err error) {
	replaced := map[string]string{}
	for _, part := range []struct {
		files string
		cut   *regexp.Regexp
		by    string
	}{{"ops/*.go", registration, "func _() { register($1) }"}, {"gradcheck/expr/functions.go", matrices, ""}} {
		files, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(part.files)))
		if err != nil {
			return "", err
		}
		before := len(replaced)
		for _, file := range files {
			content, err := os.ReadFile(file)
			if err != nil {
				return "", err
			}
			changed := part.cut.ReplaceAll(content, []byte(part.by))
			if strings.HasSuffix(file, "_test.go") || bytes.Equal(changed, content) {
				continue
			}
			absolute, err := filepath.Abs(file)
			if err != nil {
				return "", err
			}
			copied := filepath.Join(work, fmt.Sprint(len(replaced), ".go"))
			if err := os.WriteFile(copied, changed, 0o644); err != nil {
				return "", err
			}
			replaced[absolute] = copied
		}
		if len(replaced) == before {
			return "", fmt.Errorf("nothing to leave out of %s was found", part.files)
		}
	}
	list, err := json.Marshal(map[string]any{"Replace": replaced})
	if err != nil {
		return "", err
	}
	overlay = filepath.Join(work, "overlay.json")
	return overlay, os.WriteFile(overlay, list, 0o644)
}
