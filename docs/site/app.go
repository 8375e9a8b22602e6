package main

import (
	"io/fs"
	"path"

	"github.com/adjoint-ad/adjoint/docs/explore"
)

// The page of Markdown below which the app stands, and where its files are: in the
// repository, and in the site.
const (
	appPage   = "docs/explore/README.md"
	appSource = "docs/explore/page"
	appFolder = "assets/explore"
)

// addApp puts the first state of the app below its page, if the repository has that, so
// that without scripts there is something to see. explore.js takes over from there.
func (b *builder) addApp() error {
	p := b.pages[appPage]
	if p == nil {
		return nil
	}
	p.app = `<p id="explore-status" role="status"></p>
<noscript><p class="noscript">Without JavaScript and WebAssembly the controls do nothing. What is shown below is the first example: its graph and its trace.</p></noscript>
<div id="explore-app">
` + explore.NewApp("").HTML() + "</div>\n"
	for _, name := range []string{"explore.js", "explore.css"} {
		content, err := fs.ReadFile(b.root, path.Join(appSource, name))
		if err != nil {
			return err
		}
		b.files[path.Join(appFolder, name)] = content
	}
	return nil
}
