package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// A goal is what some cases should reach.
type goal struct {
	what    string
	cases   *regexp.Regexp // of the group and name
	typ     string         // f32 or f64; empty: both
	threads int            // 0: any number
	asks    []ask          // of which a case must reach one
}

// An ask is a bound on something that results say.
type ask struct {
	text  string
	found func(x Result) (found Spread, most float64, ok bool) // most: possible at the limit, 0 if unknown
	bound float64
	below bool // found must be at most the bound, else at least
	show  func(x float64) string
}

// margin says how far inside of the bound x is: below 1 it is outside.
func (a ask) margin(x float64) float64 {
	switch {
	case !a.below:
		return x / a.bound
	case x <= a.bound:
		return 1 + (a.bound-x)/max(a.bound, 1e-300)
	}
	return a.bound / x
}

// ahead asks for at least so many times the speed of the fastest of the sides.
func ahead(bound float64, of string, sides ...string) ask {
	return ask{text: fmt.Sprintf("≥ %g x %s", bound, of), bound: bound, show: digits,
		found: func(x Result) (Spread, float64, bool) {
			var best *Figure
			for _, name := range sides {
				if f := x.Sides[name]; f != nil && f.Ratio != nil && (best == nil || f.Value.Median < best.Value.Median) {
					best = f
				}
			}
			if best == nil {
				return Spread{}, 0, false
			}
			return *best.Ratio, best.AtMost, true
		}}
}

// share asks for at least this part of the limit.
func share(bound float64) ask {
	return ask{text: fmt.Sprintf("≥ %g %% of the limit", 100*bound), bound: bound,
		show: func(x float64) string { return digits(100*x) + " %" },
		found: func(x Result) (Spread, float64, bool) {
			if f := x.Sides["limit"]; f != nil && f.Ratio != nil {
				return *f.Ratio, 1, true
			}
			return Spread{}, 0, false
		}}
}

// nearFloor asks for at most so many times the practical floor.
func nearFloor(bound float64) ask {
	return ask{text: fmt.Sprintf("≤ %g x the floor", bound), bound: bound, below: true, show: digits,
		found: func(x Result) (Spread, float64, bool) {
			return x.Sides["adjoint"].Value.over(x.Floor), 0, x.Floor > 0
		}}
}

// within asks for at most so much of a quantity of adjoint itself, of which a
// case counts so many.
func within(bound float64, u unit, parts float64, of string) ask {
	show := func(x float64) string { return quantity(x, u) }
	return ask{text: strings.TrimSpace("≤ " + show(bound) + " " + of), bound: bound, below: true, show: show,
		found: func(x Result) (Spread, float64, bool) { return x.Sides["adjoint"].Value.over(parts), 0, true }}
}

// goals are the table "To reach" of the issue on speed.
func goals() []goal {
	var list []goal
	add := func(what, cases, typ string, threads int, asks ...ask) {
		list = append(list, goal{what, regexp.MustCompile("^(" + cases + ")$"), typ, threads, asks})
	}
	openblas := func(bound float64) ask { return ahead(bound, "OpenBLAS at its best", "openblas", "openblas-tuned") }
	stock := func(bound float64) ask { return ahead(bound, "PyTorch stock", "torch") }
	tuned := func(bound float64) ask { return ahead(bound, "PyTorch tuned", "torch-tuned") }
	best := func(bound float64) ask { return ahead(bound, "PyTorch's best variant", "torch-best") }

	upTo512 := `gemm/square (256|257|512)|gemm/.* (64x784x128|256x784x512|256x512x512|512x1024x1024)`
	large := upTo512 + `|gemm/square (1000|1024)`
	const products = "products, n ≥ 256 and training shapes"
	add(products, large, "", 1, share(0.85))
	add(products, large, "f32", 1, openblas(1))
	add(products, large, "f64", 1, openblas(1.15))
	add(products+" up to 512x1024x1024", upTo512, "", 2, openblas(1.3))
	add("products, n ≤ 128 and skinny", `gemm/square (8|16|32|64|100|128)|gemm/.* (32x64x64|1x784x128|\d+x\d+x10)`, "", 0, openblas(1))

	for _, rule := range []string{"sgd", "adam"} {
		step := func(network string) (what, cases string) {
			return rule + " " + network, "step/" + rule + " " + network + " batch .*"
		}
		what, cases := step("64-64-10")
		add(what, cases, "", 0, stock(6))
		add(what, cases, "", 0, tuned(6))
		add(what, cases, "", 0, best(4.5))
		if rule == "sgd" {
			add(what, cases, "", 0, nearFloor(4))
		}
		what, cases = step("784-128-10")
		add(what, cases, "", 0, stock(2.5))
		add(what, cases, "", 0, best(1.6))
		what, cases = step("784-512-512-10")
		add(what, cases, "", 0, stock(2.1))
		add(what, cases, "f32", 1, tuned(1.15))
		add(what, cases, "f64", 1, tuned(1.35))
		add(what, cases, "", 2, tuned(1.5))
		what, cases = step("1024-1024-1024-1024")
		add(what, cases, "", 0, stock(2))
		add(what, cases, "f32", 1, tuned(1.1))
		add(what, cases, "f64", 1, tuned(1.2))
		add(what, cases, "", 2, tuned(1.1))
	}

	add("exp, tanh, sigmoid, gelu; forward, gradient", `elementwise/(exp|tanh|sigmoid|gelu)( forward \+ backward)?`, "", 0, tuned(1.5), share(0.85))
	add("softmax, layer norm, cross-entropy rows", `elementwise/(softmax|layer-norm|cross-entropy) .*`, "", 0, tuned(1.5))
	add("chain of scalar operations", `engine/chain 1000`, "", 0, ahead(20, "PyTorch", "torch", "torch-tuned"))
	add("chain of scalar operations", `engine/chain 1000`, "", 0, within(120e-9, ofTime, 1000, "an operation"))
	add("that chain, a training step", `engine/allocations of .*`, "", 0, within(0, ofCount, 1, "allocations"))
	add("value and gradient / value", `engine/cost .*`, "", 0, within(3, ofCost, 1, ""))
	add("peak memory of training", `process/memory .*`, "", 0, ahead(3, "less than PyTorch", "torch", "torch-tuned"))
	add("from start to first gradient", `process/first gradient`, "", 0, within(20e-3, ofTime, 1, ""))
	return list
}

// A Verdict says how far the cases of a goal have reached it.
type Verdict struct {
	What    string `json:"what"`
	Asked   string `json:"asked"`
	Cases   int    `json:"cases"`             // that were measured
	Reached int    `json:"reached"`           // of those
	Beyond  int    `json:"beyond,omitempty"`  // of those not: where the limit of the machine forbids it
	Unknown int    `json:"unknown,omitempty"` // cases that lack what is to be compared
	Last    string `json:"last"`              // the case furthest behind
	Found   string `json:"found"`             // there: median and quartiles
	Most    string `json:"most"`              // there: possible at the limit
}

// judge compares the results with the goals; those without a case are left out.
func (r *report) judge() {
	r.Verdicts = nil
	for _, g := range goals() {
		if v := g.judge(r.Results); v.Cases+v.Unknown > 0 {
			r.Verdicts = append(r.Verdicts, v)
		}
	}
}

func (g goal) judge(results []Result) Verdict {
	v := Verdict{What: g.what + g.scope(), Asked: g.asks[0].text, Last: "–", Found: "–", Most: "–"}
	for _, a := range g.asks[1:] {
		v.Asked += ", or " + a.text
	}
	least := 0.0
	for _, x := range results {
		if !g.about(x) {
			continue
		}
		a, found, most, ok := g.nearest(x)
		if !ok {
			v.Unknown++
			continue
		}
		v.Cases++
		margin := a.margin(found.Median)
		switch {
		case margin >= 1:
			v.Reached++
		case most > 0 && a.margin(most) < 1:
			v.Beyond++
		}
		if v.Cases == 1 || margin < least {
			least = margin
			v.Last = fmt.Sprintf("%s %s, %d", x.Case, x.Type, x.Threads)
			v.Found = fmt.Sprintf("%s (%s–%s)", a.show(found.Median), strings.TrimSuffix(a.show(found.Lower), " %"), a.show(found.Upper))
			v.Most = "–"
			if most > 0 {
				v.Most = a.show(most)
			}
		}
	}
	return v
}

// scope names the part of the types and threads that a goal is about.
func (g goal) scope() string {
	var parts []string
	if g.typ != "" {
		parts = append(parts, g.typ)
	}
	if g.threads == 1 {
		parts = append(parts, "one thread")
	} else if g.threads == 2 {
		parts = append(parts, "two threads")
	}
	if len(parts) == 0 {
		return ""
	}
	return ": " + strings.Join(parts, ", ")
}

func (g goal) about(x Result) bool {
	return g.cases.MatchString(x.Group+"/"+x.Case) && (g.typ == "" || g.typ == x.Type) && (g.threads == 0 || g.threads == x.Threads)
}

// nearest returns the one of the asks that the case comes nearest to, or passes
// the furthest.
func (g goal) nearest(x Result) (nearest ask, found Spread, most float64, ok bool) {
	for _, a := range g.asks {
		f, m, there := a.found(x)
		if there && (!ok || a.margin(f.Median) > nearest.margin(found.Median)) {
			nearest, found, most, ok = a, f, m, true
		}
	}
	return nearest, found, most, ok
}

// answer says in a word or some whether the goal is reached.
func (v Verdict) answer() string {
	switch {
	case v.Cases == 0:
		return "not measured"
	case v.Reached < v.Cases && v.Beyond > 0:
		return fmt.Sprintf("no; %d cannot", v.Beyond)
	case v.Reached < v.Cases:
		return "no"
	case v.Unknown > 0:
		return fmt.Sprintf("yes, but for %d not measured", v.Unknown)
	}
	return "yes"
}

// verdicts writes the table of the goals.
func (r *report) verdicts(b *strings.Builder) {
	if len(r.Verdicts) == 0 {
		return
	}
	b.WriteString("\n## To reach\n\nOf each goal: how many of its cases reach it (by the median), and the case furthest behind with what was found there " +
		"and what is possible on this machine. Cannot: the goal is beyond the limit.\n\n" +
		"| what | asked | cases | furthest behind, threads | found | at most | reached |\n|---|---|--:|---|--:|--:|---|\n")
	for _, v := range r.Verdicts {
		fmt.Fprintf(b, "| %s | %s | %d of %d | %s | %s | %s | %s |\n", v.What, v.Asked, v.Reached, v.Cases, v.Last, v.Found, v.Most, v.answer())
	}
	if n := len(goals()) - len(r.Verdicts); n > 0 {
		fmt.Fprintf(b, "\n%d goals had no case in this run.\n", n)
	}
}

// floors gives the steps their floors: for each product the fastest measured
// one of its shape, type and number of threads, added up. It has none if a
// product was not measured.
func (r *report) floors(products map[string][]string) {
	for i := range r.Results {
		x := &r.Results[i]
		x.Floor = 0
		for _, name := range products[x.Case] {
			j := slices.IndexFunc(r.Results, func(y Result) bool {
				return y.Group == "gemm" && y.Case == name && y.Type == x.Type && y.Threads == x.Threads
			})
			if j < 0 {
				x.Floor = 0
				break
			}
			x.Floor += r.Results[j].fastest()
		}
	}
}

// fastest is the least median of the sides that compute, the limit does not.
func (x Result) fastest() float64 {
	least := x.Sides["adjoint"].Value.Median
	for name, f := range x.Sides {
		if name != "limit" {
			least = min(least, f.Value.Median)
		}
	}
	return least
}
