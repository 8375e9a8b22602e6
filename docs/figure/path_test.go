package figure

import (
	"strings"
	"testing"
)

func TestPath(t *testing.T) {
	d := New(10, 10, "A path", "A triangle that is half transparent.")
	d.Path("area c1", "M0 0L5 0L0 5z", 0.5)
	texts(t, d) // which parses it
	if want := `<path class="area c1" opacity="0.5" d="M0 0L5 0L0 5z"/>`; !strings.Contains(d.String(), want) {
		t.Errorf("there is no %s in %s", want, d)
	}
}
