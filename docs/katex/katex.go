package katex

import (
	_ "embed"
	"fmt"

	"github.com/dop251/goja"
)

//go:embed katex.min.js
var source string

// A Renderer typesets formulas. It is for one goroutine at a time.
type Renderer struct {
	vm     *goja.Runtime
	render goja.Callable
}

// New starts a Renderer, which takes a tenth of a second.
func New() (*Renderer, error) {
	vm := goja.New()
	if _, err := vm.RunScript("katex.min.js", source); err != nil {
		return nil, fmt.Errorf("katex: %w", err)
	}
	render, ok := goja.AssertFunction(vm.Get("katex").ToObject(vm).Get("renderToString"))
	if !ok {
		return nil, fmt.Errorf("katex: the script has no renderToString")
	}
	return &Renderer{vm, render}, nil
}

// HTML returns the formula as HTML with MathML for screen readers, to be shown with
// katex.min.css. Display sets it on lines of its own. What is not strict LaTeX, as a
// letter that math has no sign for, is an error too.
func (r *Renderer) HTML(tex string, display bool) (string, error) {
	settings := map[string]any{"displayMode": display, "throwOnError": true, "strict": "error"}
	html, err := r.render(goja.Undefined(), r.vm.ToValue(tex), r.vm.ToValue(settings))
	if err != nil {
		return "", fmt.Errorf("katex: %q: %w", tex, err)
	}
	return html.String(), nil
}
