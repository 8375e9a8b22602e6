package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

//go:embed peak.c
var peakC []byte

//go:embed openblas.c
var openblasC []byte

//go:embed torch_bench.py
var torchPython []byte

// A Side is one of those that are compared: a program in an environment.
type Side struct {
	Name    string `json:"name"`
	Title   string `json:"title"`
	About   string `json:"about,omitempty"`   // what it says of itself
	Missing string `json:"missing,omitempty"` // why it could not be measured

	program  string   // adjoint or one of the rivals
	group    string   // of the only cases it is asked; empty: all that its program answers
	variants []string // ways to do the same, of which the fastest counts
	argv     []string
	counted  bool     // the number of threads is its last argument
	set      []string // environment
	openMP   string   // directory of an OpenBLAS for two threads and more
	spins    bool     // its idle threads keep a core busy for a while
}

// presets begin the names of the environment variables that would choose for a
// side what it should choose itself.
var presets = []string{"OPENBLAS_", "GOTO_", "OMP_", "GOMP_", "MKL_", "ATEN_", "MALLOC_", "GOMAXPROCS"}

// command returns the side's command for a number of threads.
func (s *Side) command(ctx context.Context, threads int) *exec.Cmd {
	n := strconv.Itoa(threads)
	argv := s.argv
	if s.counted {
		argv = append(slices.Clone(argv), n)
	}
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool {
		return slices.ContainsFunc(presets, func(p string) bool { return strings.HasPrefix(v, p) })
	})
	cmd.Env = append(cmd.Env, "GOMAXPROCS="+n, "OMP_NUM_THREADS="+n, "OPENBLAS_NUM_THREADS="+n)
	cmd.Env = append(cmd.Env, s.set...)
	if s.openMP != "" && threads > 1 {
		cmd.Env = append(cmd.Env, "LD_LIBRARY_PATH="+s.openMP)
	}
	return cmd
}

// findSides returns adjoint and then the sides of the programs, in their order.
// What cannot be measured has its reason in Missing. Programs are compiled into
// the directory.
func findSides(ctx context.Context, against []string, dir string) ([]*Side, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	sides := []*Side{{Name: "adjoint", Title: "adjoint", program: "adjoint", argv: []string{self, "-child", "adjoint"}}}
	for _, name := range rivals {
		if !slices.Contains(against, name) {
			continue
		}
		switch name {
		case "limit":
			sides = append(sides, limitSide(ctx, dir))
		case "gonum":
			sides = append(sides, &Side{Name: "gonum", Title: "gonum", program: "gonum", argv: []string{self, "-child", "gonum"}})
		case "openblas":
			sides = append(sides, openblasSides(ctx, dir)...)
		case "torch":
			sides = append(sides, torchSides(ctx, dir)...)
		}
	}
	return sides, ctx.Err()
}

func limitSide(ctx context.Context, dir string) *Side {
	s := &Side{Name: "limit", Title: "of the limit", program: "limit", counted: true}
	path, err := compile(ctx, dir, "peak", peakC, "-O3", "-march=native", "-ffp-contract=fast", "-lpthread")
	if err != nil {
		s.Missing = err.Error()
	}
	s.argv = []string{path}
	return s
}

// openblasSides are OpenBLAS with the kernels it takes by itself and, as older
// versions do not know newer CPUs, with those for AVX-512 if the CPU has that.
func openblasSides(ctx context.Context, dir string) []*Side {
	stock := Side{Name: "openblas", Title: "OpenBLAS", program: "openblas", counted: true, spins: true}
	path, err := compile(ctx, dir, "openblas", openblasC, "-O2", "-lopenblas", "-lpthread")
	if err != nil {
		stock.Missing = err.Error() + " (libopenblas-dev has what it needs)"
	}
	stock.argv = []string{path}
	tuned := stock
	tuned.Name, tuned.Title = "openblas-tuned", "OpenBLAS tuned"
	tuned.set = avx512Kernels()
	return []*Side{&stock, &tuned}
}

// torchSides are PyTorch as installed and tuned; and, for training steps, tuned
// with the fastest of what its users can write instead of the usual, and with
// the gradient written by hand.
func torchSides(ctx context.Context, dir string) []*Side {
	stock := Side{Name: "torch", Title: "PyTorch stock", program: "torch", counted: true, spins: true}
	script := filepath.Join(dir, "torch_bench.py")
	python, err := findTorch(ctx)
	if err == nil {
		err = os.WriteFile(script, torchPython, 0o666)
	}
	if err != nil {
		stock.Missing = err.Error()
	}
	stock.argv = []string{python, script}
	tuned := stock
	tuned.Name, tuned.Title = "torch-tuned", "PyTorch tuned"
	// Memory that is given back to the system costs a page fault when it is
	// taken again.
	tuned.set = append(avx512Kernels(), "MALLOC_MMAP_MAX_=0", "MALLOC_TRIM_THRESHOLD_=17179869184", "MALLOC_TOP_PAD_=268435456")
	// libgomp's waiting threads and those of the pthread OpenBLAS fight for the
	// cores; Debian has a build that shares libgomp's.
	if found, _ := filepath.Glob("/usr/lib/*/openblas-openmp/libblas.so.3"); len(found) > 0 {
		tuned.openMP = filepath.Dir(found[0])
	}
	best, hand := tuned, tuned
	best.Name, best.Title, best.group = "torch-best", "PyTorch best variant", "step"
	best.variants = []string{"foreach", "raw", "script", "trace", "functorch", "aot", "aot-script"}
	hand.Name, hand.Title, hand.group = "torch-by-hand", "PyTorch by hand", "step"
	hand.variants = []string{"by-hand"}
	return []*Side{&stock, &tuned, &best, &hand}
}

// avx512Kernels is the environment that makes OpenBLAS and PyTorch use AVX-512,
// empty if the CPU has none.
func avx512Kernels() []string {
	if !slices.Contains(thisMachine().Instructions, "avx512vl") {
		return nil
	}
	return []string{"OPENBLAS_CORETYPE=SkylakeX", "ATEN_CPU_CAPABILITY=avx512"}
}

// compile makes a program from C source and returns its path.
func compile(ctx context.Context, dir, name string, source []byte, args ...string) (string, error) {
	cc, err := exec.LookPath("cc")
	if err != nil {
		return "", errors.New("there is no C compiler: no cc on the PATH")
	}
	file, out := filepath.Join(dir, name+".c"), filepath.Join(dir, name)
	if err := os.WriteFile(file, source, 0o666); err != nil {
		return "", err
	}
	// The libraries, last among args, must follow the file that needs them.
	said, err := exec.CommandContext(ctx, cc, append([]string{"-o", out, file}, args...)...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s.c does not compile: %s", name, complaint(string(said), err))
	}
	return out, nil
}

// complaint is the first line of a compiler's output that tells of an error.
func complaint(said string, err error) string {
	for line := range strings.Lines(said) {
		if strings.Contains(line, "error:") || strings.Contains(line, "cannot find") {
			return strings.TrimSpace(line)
		}
	}
	return err.Error()
}

// findTorch returns the first Python of the PATH that has PyTorch.
func findTorch(ctx context.Context) (string, error) {
	for _, dir := range filepath.SplitList(os.Getenv("PATH")) {
		python, err := exec.LookPath(filepath.Join(dir, "python3"))
		if err != nil {
			continue
		}
		has := exec.CommandContext(ctx, python, "-c", "import importlib.util, sys; sys.exit(importlib.util.find_spec('torch') is None)")
		if has.Run() == nil {
			return python, nil
		}
	}
	return "", errors.New("no python3 on the PATH has PyTorch (Debian: python3-torch)")
}
