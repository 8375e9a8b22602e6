package explore

import (
	"fmt"
	"html"
	"math"
	"strconv"
	"strings"
	"unicode"
)

// number writes v to six digits, with a minus sign that is one.
func number(v float64) string {
	switch {
	case math.IsInf(v, 1):
		return "∞"
	case math.IsInf(v, -1):
		return "−∞"
	}
	return strings.ReplaceAll(strconv.FormatFloat(v, 'g', 6, 64), "-", "−")
}

// signed is a number whose sign is told by a glyph, and by a colour besides.
func signed(v float64) string {
	switch {
	case v > 0:
		return `<span class="plus">+` + number(v) + `</span>`
	case v < 0:
		return `<span class="minus">` + number(v) + `</span>`
	}
	return number(v)
}

// apart is |a − b| in units of the larger; 0 if they are equal, 1 if one is no number.
func apart(a, b float64) float64 {
	if a == b {
		return 0
	}
	if d := math.Abs(a-b) / max(math.Abs(a), math.Abs(b)); !math.IsNaN(d) {
		return d
	}
	return 1
}

// errorText writes a relative error as a power of ten.
func errorText(v float64) string {
	if math.IsNaN(v) {
		return "—"
	}
	if v == 0 {
		return "0"
	}
	return strings.ReplaceAll(fmt.Sprintf("%.0e", v), "-", "−")
}

// escape writes a text into a page. A sign that no page may have, as a control character
// in an address, becomes the sign for one that cannot be shown.
func escape(s string) string {
	return html.EscapeString(strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == '\uFFFE' || r == '\uFFFF' {
			return unicode.ReplacementChar
		}
		return r
	}, s))
}

// subscript writes the digits at the end of a name below the line: x12 becomes x₁₂.
func subscript(name string) string {
	head := strings.TrimRight(name, "0123456789")
	if head == "" {
		return name
	}
	digits := []rune("₀₁₂₃₄₅₆₇₈₉")
	for _, c := range name[len(head):] {
		head += string(digits[c-'0'])
	}
	return head
}

// barred is the name of the adjoint of a value: v3 becomes v̄₃.
func barred(name string) string {
	r := []rune(name)
	return string(r[0]) + "\u0304" + string([]rune(subscript(name))[1:])
}
