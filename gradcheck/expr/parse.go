package expr

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A SyntaxError says what is wrong with an expression, and where.
type SyntaxError struct {
	Source string
	Column int // of the character that is wrong, from 1
	Text   string
}

// Error shows the expression with a mark under the place.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("%s\n%s^ column %d: %s", e.Source, strings.Repeat(" ", e.Column-1), e.Column, e.Text)
}

// An Expr is an expression that was parsed.
type Expr struct {
	source string
	root   node
	names  []string // variables, in the order of their first use
}

// Names returns the variables of the expression, in the order of their first use.
func (e *Expr) Names() []string { return slices.Clone(e.names) }

// String returns the source.
func (e *Expr) String() string { return e.source }

// A node is a part of an expression: a number, a variable, or a function applied to
// others; operators are functions, too.
type node struct {
	at   int // column
	kind nodeKind
	num  float64
	name string
	args []node
}

type nodeKind uint8

const (
	number nodeKind = iota
	variable
	call
)

// Parse reads an expression. From weakest to strongest bind
//
//	a + b, a - b        sums
//	a * b, a / b        products, element by element
//	a @ b               the product of matrices
//	-a
//	a ^ b               powers, from right to left: -x^2 is -(x^2)
//	f(a, b), (a), 1.5e-3, x, pi, e
//
// It is an error if the text does not follow this grammar, if it applies a function
// that there is not, or gives one the wrong number of arguments. The error is a
// *SyntaxError.
func Parse(source string) (e *Expr, err error) {
	p := &parser{source: source}
	defer func() {
		switch problem := recover().(type) {
		case nil:
		case *SyntaxError:
			e, err = nil, problem
		default:
			panic(problem)
		}
	}()
	p.next()
	root := p.sum()
	if p.token != "" {
		p.fail("there is more than one expression: %q follows", p.token)
	}
	return &Expr{source, root, p.names}, nil
}

type parser struct {
	source string
	rest   int    // where the next token is looked for
	token  string // the current one, "" at the end
	at     int    // its place in bytes
	depth  int
	names  []string
}

// deepest is how far expressions may be nested, so that no text exhausts the stack.
const deepest = 1000

func (p *parser) fail(format string, args ...any) {
	p.failAt(p.column(), format, args...)
}

func (p *parser) failAt(column int, format string, args ...any) {
	panic(&SyntaxError{p.source, column, fmt.Sprintf(format, args...)})
}

// column counts characters, not bytes.
func (p *parser) column() int { return utf8.RuneCountInString(p.source[:p.at]) + 1 }

// next reads a token: a number, a name, or one character.
func (p *parser) next() {
	text := p.source[p.rest:]
	trimmed := strings.TrimLeftFunc(text, unicode.IsSpace)
	p.at = p.rest + len(text) - len(trimmed)
	if trimmed == "" {
		p.token, p.rest = "", p.at
		return
	}
	first, size := utf8.DecodeRuneInString(trimmed)
	end := size
	switch {
	case isDigit(first) || first == '.':
		end = numberEnd(trimmed)
	case isLetter(first):
		for end < len(trimmed) {
			r, size := utf8.DecodeRuneInString(trimmed[end:])
			if !isLetter(r) && !isDigit(r) {
				break
			}
			end += size
		}
	}
	p.token, p.rest = trimmed[:end], p.at+end
}

func isDigit(r rune) bool  { return '0' <= r && r <= '9' }
func isLetter(r rune) bool { return r == '_' || unicode.IsLetter(r) }

// numberEnd returns the length of the number that a text begins with: digits, a point,
// and an exponent.
func numberEnd(s string) int {
	i := 0
	digits := func() {
		for i < len(s) && isDigit(rune(s[i])) {
			i++
		}
	}
	digits()
	if i < len(s) && s[i] == '.' {
		i++
		digits()
	}
	if i < len(s) && (s[i] == 'e' || s[i] == 'E') {
		mantissa := i
		i++
		if i < len(s) && (s[i] == '+' || s[i] == '-') {
			i++
		}
		from := i
		digits()
		if i == from {
			return mantissa // 2e is 2 and then e, which is a mistake anyway
		}
	}
	return i
}

func (p *parser) sum() node {
	p.depth++
	if p.depth > deepest {
		p.fail("the expression is nested too deeply")
	}
	defer func() { p.depth-- }()
	return p.chain(p.product, "+", "-")
}

func (p *parser) product() node { return p.chain(p.matrices, "*", "/") }

func (p *parser) matrices() node { return p.chain(p.unary, "@") }

// chain reads operands that operators of one strength join, from left to right.
func (p *parser) chain(operand func() node, operators ...string) node {
	left := operand()
	for slices.Contains(operators, p.token) {
		at, op := p.column(), p.token
		p.next()
		left = node{at: at, kind: call, name: op, args: []node{left, operand()}}
	}
	return left
}

func (p *parser) unary() node {
	if p.token != "-" && p.token != "+" {
		return p.power()
	}
	p.depth++
	if p.depth > deepest {
		p.fail("the expression is nested too deeply")
	}
	defer func() { p.depth-- }()
	at, op := p.column(), p.token
	p.next()
	if op == "+" {
		return p.unary()
	}
	return node{at: at, kind: call, name: "neg", args: []node{p.unary()}}
}

func (p *parser) power() node {
	base := p.primary()
	if p.token != "^" {
		return base
	}
	at := p.column()
	p.next()
	return node{at: at, kind: call, name: "^", args: []node{base, p.unary()}}
}

func (p *parser) primary() node {
	at, token := p.column(), p.token
	first, _ := utf8.DecodeRuneInString(token)
	switch {
	case token == "":
		p.fail("the expression ends where a number, a name or ( is wanted")
	case token == "(":
		p.next()
		inner := p.sum()
		p.want(")", at)
		return inner
	case isDigit(first) || first == '.':
		v, err := strconv.ParseFloat(token, 64)
		if err != nil {
			p.fail("%q is no number", token)
		}
		p.next()
		if next, _ := utf8.DecodeRuneInString(p.token); p.token != "" && (isLetter(next) || isDigit(next) || next == '.') {
			p.fail("%q follows a number: write the product with *", p.token)
		}
		return node{at: at, kind: number, num: v}
	case isLetter(first):
		p.next()
		if p.token == "(" {
			return p.call(token, at)
		}
		if v, ok := constants[token]; ok {
			return node{at: at, kind: number, num: v}
		}
		if _, ok := functions[token]; ok {
			p.failAt(at, "%s is a function: it wants arguments in ( )", token)
		}
		if !slices.Contains(p.names, token) {
			p.names = append(p.names, token)
		}
		return node{at: at, kind: variable, name: token}
	default:
		p.fail("%q is not expected here: a number, a name or ( is", token)
	}
	panic("unreachable")
}

func (p *parser) call(name string, at int) node {
	f, ok := functions[name]
	if !ok {
		p.failAt(at, "there is no function %s%s", name, nearest(name))
	}
	open := p.column()
	p.next()
	n := node{at: at, kind: call, name: name}
	for p.token != ")" {
		if len(n.args) > 0 {
			if p.token != "," {
				p.want(")", open)
			}
			p.next()
		}
		n.args = append(n.args, p.sum())
	}
	p.next()
	if len(n.args) < f.least || len(n.args) > f.most {
		want := fmt.Sprint(f.least)
		if f.most > f.least {
			want += fmt.Sprintf(" to %d", f.most)
		}
		p.failAt(at, "%s has %d arguments, and wants %s", name, len(n.args), want)
	}
	return n
}

func (p *parser) want(token string, open int) {
	if p.token != token {
		p.fail("%q is missing, for the ( in column %d", token, open)
	}
	p.next()
}

// nearest suggests a function whose name differs by few letters.
func nearest(name string) string {
	best, least := "", 3
	for _, known := range Functions() {
		if d := distance(strings.ToLower(name), known); d < least || d == least && len(known) < len(best) {
			best, least = known, d
		}
	}
	if best == "" {
		return ""
	}
	return "; did you mean " + best + "?"
}

// distance counts the letters to insert, delete or exchange between two words (V.
// Levenshtein, Binary codes capable of correcting deletions, insertions and
// reversals, 1966).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
