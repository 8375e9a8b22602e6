package explore

import "strings"

// formula is the derivative of an operation by one operand, in the language of
// gradcheck/expr, whose operands are A and B, and whose value is Y. It is there to be read;
// the numbers come from the rule. A test compares the two. Empty for an operation whose
// derivative has no short form.
func formula(op string, k int) string {
	list := map[string][]string{
		"add": {"1", "1"}, "sub": {"1", "-1"}, "mul": {"B", "A"}, "div": {"1/B", "-A/B^2"}, "pow": {"B*A^(B-1)", "Y*log(A)"},
		"sin": {"cos(A)"}, "cos": {"-sin(A)"}, "tan": {"1 + Y^2"}, "exp": {"Y"}, "log": {"1/A"}, "sqrt": {"1/(2*Y)"},
		"square": {"2*A"}, "reciprocal": {"-Y^2"}, "tanh": {"1 - Y^2"}, "sigmoid": {"Y*(1-Y)"}, "log1p": {"1/(1+A)"}, "expm1": {"Y + 1"},
		"atan": {"1/(1+A^2)"}, "asin": {"1/sqrt(1-A^2)"}, "sinh": {"cosh(A)"}, "cosh": {"sinh(A)"}, "softplus": {"sigmoid(A)"},
	}[op]
	if k < len(list) {
		return list[k]
	}
	name, attribute, _ := strings.Cut(strings.TrimSuffix(op, "]"), "[")
	switch name {
	case "scale":
		return attribute
	case "add_scalar":
		return "1"
	case "pow_scalar":
		return attribute + "*A^(" + attribute + "-1)"
	}
	return ""
}

// filled is a formula with texts for its letters. A text with a sign is put in brackets.
func filled(formula string, a, b, y string) string {
	guard := func(s string) string {
		if strings.HasPrefix(s, "−") || strings.HasPrefix(s, "-") {
			return "(" + s + ")"
		}
		return s
	}
	s := strings.NewReplacer("A", guard(a), "B", guard(b), "Y", guard(y)).Replace(formula)
	s = strings.NewReplacer("*", "·", "-", "−", "((", "(", "))", ")").Replace(s)
	return s
}

// derivation is the derivative by operand k of a row, as "∂v₄/∂x₂ = cos(x₂) = cos(5) =
// 0.283662".
func (r Row) derivation(p Partial) string {
	text := "∂" + subscript(r.Name) + "/∂" + subscript(p.Operand) + " = "
	f := formula(r.Op, p.K)
	if f == "" {
		return text + number(p.Value)
	}
	a, b := r.Operands[0], ""
	va, vb := number(r.Var.Inputs()[0].Value().Item()), ""
	if len(r.Operands) > 1 {
		b, vb = r.Operands[1], number(r.Var.Inputs()[1].Value().Item())
	}
	symbols, numbers := filled(f, subscript(a), subscript(b), subscript(r.Name)), filled(f, va, vb, number(r.value()))
	steps := []string{symbols}
	for _, next := range []string{numbers, number(p.Value)} {
		if last := steps[len(steps)-1]; next != last && "("+next+")" != last {
			steps = append(steps, next)
		}
	}
	return text + strings.Join(steps, " = ")
}
