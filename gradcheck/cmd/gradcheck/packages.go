package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/adjoint-ad/adjoint/gradcheck"
	"github.com/adjoint-ad/adjoint/gradcheck/report"
)

const packagesHelp = `Usage: gradcheck packages [flags] [packages]

Packages checks the gradients in Go packages, by default that in the current folder.
It finds them by the names of functions: of F the gradient FGrad, GradF, FGradient or
FDeriv, the Jacobian FJacobian or JacobianF, the Hessian FHess or FHessian; of a type
with a method Func, its Grad, Jacobian and Hess. They may be functions of float64s, of
[]float64, or of a destination and []float64 as gonum has them. Functions of adjoint's
Vars are checked if a directive gives their shapes. Directives stand in the comment
above a function:

	//gradcheck:n 3            the number of variables
	//gradcheck:m 2            the number of results of a func(dst, x []float64)
	//gradcheck:x 1 2.5 -3     the point to check at
	//gradcheck:domain 0 10    the interval to draw points from, and to stay in
	//gradcheck:vars [2 3] []  the shapes of the Vars of a function of these
	//gradcheck:skip reason    not to be checked

`

// packages checks the pairs of packages.
func packages(e env, args []string) int {
	flags := flag.NewFlagSet("gradcheck packages", flag.ContinueOnError)
	flags.SetOutput(e.err)
	flags.Usage = func() {
		fmt.Fprint(e.err, packagesHelp)
		flags.PrintDefaults()
	}
	seed := flags.Uint64("seed", 1, "of random points and of the checks")
	timeout := flags.Duration("timeout", 10*time.Second, "for each call of a function")
	dir := flags.String("C", "", "change to this folder first")
	out := outputs(flags)
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return right
	case err != nil:
		return cannot
	}
	listed, err := listPackages(*dir, flags.Args())
	if err != nil {
		fmt.Fprintln(e.err, "gradcheck packages:", err)
		return cannot
	}
	var results []report.Result
	exit := right
	for _, pkg := range listed {
		found, err := pkg.check(e, *seed, *timeout)
		if err != nil {
			fmt.Fprintf(e.err, "gradcheck packages: %s: %v\n", pkg.ImportPath, err)
			exit = cannot
		}
		results = append(results, found...)
	}
	if len(results) == 0 && exit == right {
		fmt.Fprintln(e.err, "gradcheck packages: no gradients were found; gradcheck packages -h tells how they must be called")
		return right
	}
	return max(exit, out.write(e, results))
}

// A listedPackage is what go list says of one.
type listedPackage struct {
	Dir, Name, ImportPath              string
	GoFiles, TestGoFiles, XTestGoFiles []string
	Error                              *struct{ Err string }

	workspace []string // for the environment of the go command
}

func listPackages(dir string, patterns []string) (list []listedPackage, err error) {
	var workspace []string
	var out []byte
	for {
		cmd := exec.Command("go", append([]string{"list", "-e", "-json"}, patterns...)...)
		cmd.Dir = dir
		cmd.Env = append(cmd.Environ(), workspace...)
		var said bytes.Buffer
		cmd.Stderr = &said
		out, err = cmd.Output()
		if workspace == nil && strings.Contains(said.String()+string(out), "listed in go.work") {
			workspace = []string{"GOWORK=off"} // the module is not of the workspace it lies in
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("go list: %w\n%s", err, &said)
		}
		break
	}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listedPackage
		if err := d.Decode(&p); err == io.EOF {
			return list, nil
		} else if err != nil {
			return nil, err
		}
		if p.Error != nil {
			return nil, errors.New(p.Error.Err)
		}
		p.workspace = workspace
		list = append(list, p)
	}
}

// check finds the pairs of a package, builds a harness that takes the place of its
// tests, and checks each.
func (pkg listedPackage) check(e env, seed uint64, timeout time.Duration) (results []report.Result, err error) {
	found, err := discover(pkg.Dir, pkg.GoFiles)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	var pairs []pair
	for _, p := range found {
		if p.skip != "" {
			fmt.Fprintf(e.err, "%s:%d: %s is skipped: %s\n", short(p.file), p.line, p.name, p.skip)
			continue
		}
		pairs = append(pairs, p)
	}
	if len(pairs) == 0 {
		return nil, nil
	}
	tmp, err := os.MkdirTemp("", "gradcheck")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(tmp)
	binary, err := pkg.build(tmp, pairs)
	if err != nil {
		return nil, err
	}
	for i, p := range pairs {
		if e.terminal {
			fmt.Fprintf(e.err, "\r\x1b[K%s", p.name)
		}
		began := time.Now()
		r := p.check(binary, i, seed, timeout)
		r.Target = p.name
		results = append(results, report.Result{Name: fmt.Sprintf("%s, %s", p.name, p.kind), File: p.file, Line: p.line, Report: r, Took: time.Since(began)})
	}
	if e.terminal {
		fmt.Fprint(e.err, "\r\x1b[K")
	}
	return results, nil
}

// build compiles the package with the harness in the place of its tests, which an
// overlay takes away, so nothing is written to its folder.
func (pkg listedPackage) build(tmp string, pairs []pair) (binary string, err error) {
	source, err := harness(pkg.Name, pairs)
	if err != nil {
		return "", err
	}
	file := filepath.Join(tmp, "harness.go")
	if err := os.WriteFile(file, source, 0o600); err != nil {
		return "", err
	}
	replace := map[string]string{filepath.Join(pkg.Dir, "gradcheck_harness_test.go"): file}
	for _, name := range append(pkg.TestGoFiles, pkg.XTestGoFiles...) {
		replace[filepath.Join(pkg.Dir, name)] = ""
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	overlayFile := filepath.Join(tmp, "overlay.json")
	if err := os.WriteFile(overlayFile, overlay, 0o600); err != nil {
		return "", err
	}
	binary = filepath.Join(tmp, "harness.test")
	cmd := exec.Command("go", "test", "-c", "-vet=off", "-overlay", overlayFile, "-o", binary, ".")
	cmd.Dir = pkg.Dir
	cmd.Env = append(cmd.Environ(), pkg.workspace...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("the package does not build with its harness: %w\n%s", err, out)
	}
	return binary, nil
}

// check checks a pair at the point its directive gives, or at two random ones: of
// any sign, if the function has a value there, and positive.
func (p pair) check(binary string, target int, seed uint64, timeout time.Duration) *gradcheck.Report {
	run, err := start([]string{binary, "-test.run=^TestGradcheckHarness$"}, timeout, fmt.Sprint("GRADCHECK_TARGET=", target))
	if err != nil {
		return &gradcheck.Report{Problem: &gradcheck.Problem{Code: gradcheck.NoAnswer, Text: err.Error()}}
	}
	defer run.stop()
	run.command = p.name
	c := gradcheck.Checker{Seed: seed}
	if p.x != nil {
		return run.checkPair(c, p, p.x)
	}
	r := rand.New(rand.NewPCG(seed, 0))
	intervals := [][2]float64{{-1, 1}, {0.25, 1.5}}
	if p.lo < p.hi {
		intervals = [][2]float64{{p.lo, p.hi}}
	}
	sizes := []int{p.n}
	if p.n == 0 {
		sizes = []int{3, 2, 4, 1, 5, 6, 8, 9, 10}
	}
	var last *gradcheck.Report
	for k, interval := range intervals {
		for i, n := range sizes {
			x := make([]float64, n)
			for j := range x {
				x[j] = interval[0] + (interval[1]-interval[0])*(0.05+0.9*r.Float64())
			}
			answers, finite := run.works(x, k+1 < len(intervals))
			if !answers && i+1 < len(sizes) {
				continue // a function of another number of variables, it may be
			}
			if !finite {
				break // perhaps it wants positive numbers
			}
			last = run.checkPair(c, p, x)
			if code := last.Code(); code.Failed() || k+1 == len(intervals) {
				return last
			}
			break
		}
	}
	if last == nil {
		return run.checkPair(c, p, make([]float64, max(1, p.n)))
	}
	return last
}

// works reports whether the program has a value and a gradient at x, and whether
// the value is finite; if another point is to follow, errors are no matter yet.
func (p *program) works(x []float64, more bool) (answers, finite bool) {
	a := p.tell(request{"value", x})
	if a.Error != "" {
		return false, !more
	}
	g := p.tell(request{"gradient", x})
	if g.Error != "" {
		return false, !more
	}
	f, err := list(a.F)
	var rows []numbers
	if g.G == nil || err != nil || json.Unmarshal(*g.G, &rows) != nil {
		return true, true
	}
	if len(rows) != len(f) || slices.ContainsFunc(rows, func(row numbers) bool { return len(row) != len(x) }) {
		return false, !more
	}
	for _, v := range f {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return true, !more
		}
	}
	return true, true
}

// checkPair checks a pair at x.
func (p *program) checkPair(c gradcheck.Checker, of pair, x []float64) *gradcheck.Report {
	bounds := gradcheck.Interval{}
	if of.lo < of.hi {
		bounds = gradcheck.Interval{Lo: of.lo, Hi: of.hi}
	}
	return p.check(c, x, bounds)
}

// short writes a path relative to the current folder, if that is shorter.
func short(path string) string {
	if wd, err := os.Getwd(); err == nil {
		if r, err := filepath.Rel(wd, path); err == nil && !strings.HasPrefix(r, ".."+string(filepath.Separator)+"..") {
			return r
		}
	}
	return path
}
