package explore

import (
	"fmt"
	"os"
	"testing"
)

func TestTmp(t *testing.T) {
	for _, s := range Screens() {
		a := NewApp("")
		a.Send("screen", s[0])
		if s[0] == "break" || s[0]=="check" {
			a.Send("step", "3")
			for _, m := range a.mistakes() { fmt.Println(m.key(), m.Name, m.rules != nil) }
		}
		if s[0] == "sweep" {
			a.Send("frame", "last")
			for i := 0; i < 3; i++ { a.Send("key", "ArrowLeft") }
		}
		h := a.HTML()
		os.WriteFile("/tmp/w/"+s[0]+".html", []byte("<meta charset=utf-8><link rel=stylesheet href=/work/wt/page/docs/site/assets/style.css>"+h), 0o644)
		fmt.Println(s[0], len(h), a.Fragment())
		fmt.Println(a.GoTest())
	}
}
