package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// A pair is a function with the derivative that is claimed for it.
type pair struct {
	name  string // as "Rosenbrock" or "Ridge.Func"
	file  string
	line  int // of the derivative's declaration: what is wrong if the check fails
	value callable
	grad  callable
	kind  string // "gradient", "Jacobian", "Hessian" or "vars"

	n, m   int // variables and results; 0 if they are not known
	x      []float64
	lo, hi float64 // equal if there are no bounds
	vars   [][]int // shapes of the Vars of a function of these
	skip   string  // why it is not checked
}

// A callable is how the harness calls a function or a method.
type callable struct {
	expr string // as "Rosenbrock" or "new(Ridge).Func"
	form form
}

// A form is a signature that is understood.
type form string

// The forms. Every float is a float64.
const (
	unknown    form = ""
	floats     form = "floats"     // func(a, b float64) float64, of one or more
	slice      form = "slice"      // func(x []float64) float64
	toSlice    form = "toSlice"    // func(x []float64) []float64
	intoSlice  form = "intoSlice"  // func(dst, x []float64), with or without a result
	manyFloats form = "manyFloats" // func(a, b float64) (da, db float64), of two or more
	toRows     form = "toRows"     // func(x []float64) [][]float64
	intoRows   form = "intoRows"   // func(dst [][]float64, x []float64)
	intoDense  form = "intoDense"  // func(dst *mat.Dense, x []float64)
	intoSym    form = "intoSym"    // func(dst *mat.SymDense, x []float64)
	ofVars     form = "ofVars"     // func(x *graph.Var) *graph.Var, of one or more
	ofVarSlice form = "ofVarSlice" // func(x []*graph.Var) *graph.Var
)

// signature says which form a function has, and of how many floats or Vars.
func signature(t *ast.FuncType) (form, int) {
	if t.TypeParams != nil {
		return unknown, 0
	}
	in, out := types(t.Params), types(t.Results)
	all := func(list []string, typ string) bool {
		return len(list) > 0 && !slices.ContainsFunc(list, func(s string) bool { return s != typ })
	}
	is := func(list []string, want ...string) bool { return slices.Equal(list, want) }
	switch {
	case all(in, "float64") && is(out, "float64"):
		return floats, len(in)
	case all(in, "float64") && all(out, "float64"):
		return manyFloats, len(in)
	case is(in, "[]float64") && is(out, "float64"):
		return slice, 0
	case is(in, "[]float64") && is(out, "[]float64"):
		return toSlice, 0
	case is(in, "[]float64", "[]float64") && (len(out) == 0 || is(out, "[]float64")):
		return intoSlice, 0
	case is(in, "[]float64") && is(out, "[][]float64"):
		return toRows, 0
	case is(in, "[][]float64", "[]float64") && len(out) == 0:
		return intoRows, 0
	case is(in, "*mat.Dense", "[]float64") && len(out) == 0:
		return intoDense, 0
	case is(in, "*mat.SymDense", "[]float64") && len(out) == 0:
		return intoSym, 0
	case all(in, "*graph.Var") && is(out, "*graph.Var"):
		return ofVars, len(in)
	case is(in, "[]*graph.Var") && is(out, "*graph.Var"):
		return ofVarSlice, 0
	}
	return unknown, 0
}

// types lists the types of parameters as they are written.
func types(fields *ast.FieldList) (list []string) {
	if fields == nil {
		return nil
	}
	for _, f := range fields.List {
		for range max(1, len(f.Names)) {
			list = append(list, written(f.Type))
		}
	}
	return list
}

func written(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.StarExpr:
		return "*" + written(e.X)
	case *ast.ArrayType:
		if e.Len == nil {
			return "[]" + written(e.Elt)
		}
	case *ast.SelectorExpr:
		return written(e.X) + "." + e.Sel.Name
	}
	return "?"
}

// declared is a function of a package.
type declared struct {
	name, recv string // recv is the type's name of a method
	decl       *ast.FuncDecl
	file       string
	line       int
	form       form
	n          int
}

// discover finds the pairs in the files of a package by the names of functions:
// F has its gradient in FGrad, GradF, FGradient or FDeriv, its Jacobian in FJacobian or
// JacobianF, and its Hessian in FHess or FHessian; a type with a method Func has
// them in Grad and Hess. A function of Vars is one that a directive marks.
func discover(dir string, files []string) ([]pair, error) {
	set := token.NewFileSet()
	var all []declared
	for _, name := range files {
		f, err := parser.ParseFile(set, filepath.Join(dir, name), nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			at := set.Position(fn.Pos())
			made := declared{name: fn.Name.Name, decl: fn, file: filepath.Join(dir, name), line: at.Line}
			if fn.Recv != nil {
				made.recv = strings.TrimPrefix(written(fn.Recv.List[0].Type), "*")
				if strings.Contains(made.recv, "?") {
					continue // of a generic type
				}
			}
			made.form, made.n = signature(fn.Type)
			all = append(all, made)
		}
	}
	find := func(recv string, names ...string) *declared {
		for i, d := range all {
			if d.recv == recv && slices.Contains(names, d.name) && d.form != unknown {
				return &all[i]
			}
		}
		return nil
	}
	var pairs []pair
	for i := range all {
		f := &all[i]
		upper := strings.ToUpper(f.name[:1]) + f.name[1:]
		grads := []string{f.name + "Grad", f.name + "Gradient", f.name + "Deriv", "Grad" + upper, "grad" + upper}
		jacobians := []string{f.name + "Jacobian", "Jacobian" + upper, "jacobian" + upper}
		hesses := []string{f.name + "Hess", f.name + "Hessian", "Hess" + upper, "hess" + upper}
		if f.recv != "" {
			if f.name != "Func" {
				continue
			}
			grads, jacobians, hesses = []string{"Grad"}, []string{"Jacobian"}, []string{"Hess"}
		}
		grad := find(f.recv, grads...)
		for kind, g := range map[string]*declared{"gradient": grad, "Jacobian": find(f.recv, jacobians...), "Hessian": find(f.recv, hesses...), "vars": marked(f)} {
			of := f
			if kind == "Hessian" && g != nil {
				if grad == nil {
					continue // there is nothing whose derivative it is
				}
				of = grad
			}
			if g == nil || of.form == unknown {
				continue
			}
			p := pair{name: qualified(f), file: g.file, line: g.line, kind: kind, value: of.callable(), grad: g.callable(), n: max(f.n, g.n)}
			for _, d := range []*declared{f, g} {
				if err := p.direct(d); err != nil {
					return nil, err
				}
			}
			if p.kind == "Hessian" {
				p.m = p.n
			}
			pairs = append(pairs, p)
		}
	}
	slices.SortFunc(pairs, func(a, b pair) int {
		if c := strings.Compare(a.file, b.file); c != 0 {
			return c
		}
		return a.line - b.line
	})
	return pairs, nil
}

func qualified(d *declared) string {
	if d.recv != "" {
		return d.recv + "." + d.name
	}
	return d.name
}

func (d *declared) callable() callable {
	if d.recv != "" {
		return callable{"new(" + d.recv + ")." + d.name, d.form}
	}
	return callable{d.name, d.form}
}

const directive = "//gradcheck:"

// marked returns f if it is a function of Vars that a directive gives shapes to.
func marked(f *declared) *declared {
	if (f.form == ofVars || f.form == ofVarSlice) && f.recv == "" && f.decl.Doc != nil {
		for _, c := range f.decl.Doc.List {
			if strings.HasPrefix(c.Text, directive+"vars") {
				return f
			}
		}
	}
	return nil
}

// direct reads the directives above a function:
//
//	//gradcheck:n 3            the number of variables
//	//gradcheck:m 2            the number of results of a func(dst, x []float64)
//	//gradcheck:x 1 2.5 -3     the point to check at
//	//gradcheck:domain 0 10    the interval to draw a point from and to stay in
//	//gradcheck:vars [2 3] []  the shapes of the Vars of a function of these
//	//gradcheck:skip reason    not to be checked
func (p *pair) direct(d *declared) error {
	if d.decl.Doc == nil {
		return nil
	}
	for _, c := range d.decl.Doc.List {
		text, ok := strings.CutPrefix(c.Text, directive)
		if !ok {
			continue
		}
		word, rest, _ := strings.Cut(text, " ")
		fields := strings.Fields(rest)
		fail := func(what string) error {
			return fmt.Errorf("%s:%d: %s%s: %s", d.file, d.line, directive, text, what)
		}
		switch word {
		case "n", "m":
			n, err := strconv.Atoi(strings.TrimSpace(rest))
			if err != nil || n < 1 {
				return fail("it wants a number of at least 1")
			}
			if word == "n" {
				p.n = n
			} else {
				p.m = n
			}
		case "x", "domain":
			var v []float64
			for _, f := range fields {
				number, err := strconv.ParseFloat(f, 64)
				if err != nil {
					return fail(err.Error())
				}
				v = append(v, number)
			}
			switch {
			case word == "x" && len(v) > 0:
				p.x, p.n = v, len(v)
			case word == "domain" && len(v) == 2 && v[0] < v[1]:
				p.lo, p.hi = v[0], v[1]
			case word == "x":
				return fail("it wants numbers")
			default:
				return fail("it wants two numbers, the less first")
			}
		case "vars":
			shapes, err := shapes(rest)
			if err != nil {
				return fail(err.Error())
			}
			p.vars = shapes
			p.n = 0
			for _, s := range shapes {
				size := 1
				for _, d := range s {
					size *= d
				}
				p.n += size
			}
			if d.form == ofVars && len(shapes) != d.n {
				return fail(fmt.Sprintf("it has %d shapes for %d Vars", len(shapes), d.n))
			}
		case "skip":
			p.skip = strings.TrimSpace(rest)
			if p.skip == "" {
				return fail("it wants a reason")
			}
		default:
			return fail("there is no such directive; there are n, m, x, domain, vars and skip")
		}
	}
	return nil
}

// shapes reads "[2 3] [] [4]".
func shapes(text string) (list [][]int, err error) {
	for text = strings.TrimSpace(text); text != ""; text = strings.TrimSpace(text) {
		inside, rest, ok := strings.Cut(strings.TrimPrefix(text, "["), "]")
		if !ok || !strings.HasPrefix(text, "[") {
			return nil, fmt.Errorf("a shape is written as [2 3]")
		}
		shape := []int{}
		for _, f := range strings.FieldsFunc(inside, func(r rune) bool { return r == ' ' || r == ',' }) {
			d, err := strconv.Atoi(f)
			if err != nil || d < 1 {
				return nil, fmt.Errorf("%q is no dimension", f)
			}
			shape = append(shape, d)
		}
		list = append(list, shape)
		text = rest
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("it wants shapes, as [2 3]")
	}
	return list, nil
}
