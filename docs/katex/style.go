package katex

import "embed"

// Style holds what a page with formulas is shown with: katex.min.css and the folder
// fonts of KaTeX 0.19.1.
//
//go:embed katex.min.css fonts
var Style embed.FS
