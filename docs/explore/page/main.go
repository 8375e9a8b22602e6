//go:build js && wasm

// Command page is package explore in a browser. It hands names and values to an App, and
// hands out HTML; explore.js puts that into the page.
package main

import (
	"syscall/js"

	"github.com/adjoint-ad/adjoint/docs/explore"
)

func main() {
	app := explore.NewApp("")
	js.Global().Set("exploreSend", js.FuncOf(func(_ js.Value, args []js.Value) any {
		return app.Send(args[0].String(), args[1].String())
	}))
	js.Global().Set("explorePage", js.FuncOf(func(js.Value, []js.Value) any {
		return []any{app.HTML(), app.Fragment(), app.Tick()}
	}))
	select {}
}
