package explore

import (
	"fmt"
	"math"
	"strings"
)

// expressionScreen shows the graph beside the trace.
func (a *App) expressionScreen() (string, error) {
	t, err := a.right()
	if err != nil {
		return "", err
	}
	var parts []string
	for i, g := range t.Run.Gradient() {
		parts = append(parts, fmt.Sprintf("<span>∂y/∂%s = <strong>%s</strong></span>", escape(subscript(a.problem.Names[i])), signed(g)))
	}
	y := t.Run.Y.Value().Item()
	out := fmt.Sprintf(`<p class="result" role="status"><span>y = <strong>%s</strong></span> %s</p>`+"\n", number(y), strings.Join(parts, " "))
	if math.IsNaN(y) || math.IsInf(y, 0) {
		out += "<p>The value is not finite here, so derivatives mean nothing. Look in the table for the first step that is not finite, and move the point.</p>\n"
	}
	return out + `<div class="pair">` + t.Picture("The graph of the expression", t.whole()) + t.Table("Evaluation trace: down is the forward pass, up the reverse pass", t.whole()) + "</div>\n" +
		`<p class="hint">A step that is written twice is computed once. The nudge check moves the value of one step alone by ±h and computes what follows again: the adjoint of the step is that change. ✓ says that the two agree.</p>` + "\n", nil
}
