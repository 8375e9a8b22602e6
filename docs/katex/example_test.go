package katex_test

import (
	"fmt"
	"strings"

	"github.com/adjoint-ad/adjoint/docs/katex"
)

func Example() {
	r, err := katex.New()
	if err != nil {
		fmt.Println(err)
		return
	}
	html, err := r.HTML(`\bar x = W^\top \bar y`, false)
	fmt.Println(strings.Contains(html, "<math"), err)

	_, err = r.HTML(`\frac{1}`, false)
	fmt.Println(err != nil)
	// Output:
	// true <nil>
	// true
}
