package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/doc"
	"go/doc/comment"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"regexp"
	"strings"
)

const module = "github.com/adjoint-ad/adjoint"

// packages lists the folders of the packages that programs import: those with a doc.go, but
// not what is internal, and not the documentation itself.
func packages(root fs.FS) ([]string, error) {
	var list []string
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := path.Base(name)
		if d.IsDir() && name != "." && (strings.HasPrefix(base, ".") || base == "testdata" || base == "internal" || name == "docs") {
			return fs.SkipDir
		}
		if base == "doc.go" {
			list = append(list, path.Dir(name))
		}
		return nil
	})
	return list, err
}

// addPackage adds the page of a package: what go doc says of it, its example, and the
// files of its source.
func (b *builder) addPackage(folder string) error {
	text, err := documentation(b.root, folder)
	if err != nil {
		return err
	}
	p := &page{source: folder, url: address(folder, true), folder: true, markdown: true}
	b.pages[folder] = p
	return b.markdown(p, []byte(text))
}

// documentation writes the page of a package as Markdown.
func documentation(root fs.FS, folder string) (string, error) {
	fset := token.NewFileSet()
	sources, err := fs.Glob(root, path.Join(folder, "*.go"))
	if err != nil {
		return "", err
	}
	var trees []*ast.File
	var files bytes.Buffer
	content := map[string]string{}
	for _, name := range sources {
		source, err := fs.ReadFile(root, name)
		if err != nil {
			return "", err
		}
		tree, err := parser.ParseFile(fset, name, source, parser.ParseComments)
		if err != nil {
			return "", err
		}
		trees = append(trees, tree)
		content[name] = string(source)
		if readable(root, name) {
			fmt.Fprintf(&files, "- [%s](%[1]s)\n", path.Base(name))
		}
	}
	pkg, err := doc.NewFromFiles(fset, trees, path.Join(module, folder))
	if err != nil {
		return "", err
	}

	lines := declarations(fset, trees)
	printer := pkg.Printer()
	printer.HeadingLevel = 2
	printer.HeadingID = func(*comment.Heading) string { return "" }
	printer.DocLinkURL = func(l *comment.DocLink) string {
		name := l.Name
		if l.Recv != "" {
			name = l.Recv + "." + name
		}
		if local, ok := strings.CutPrefix(l.ImportPath, module+"/"); ok {
			return strings.Repeat("../", strings.Count(folder, "/")+1) + local
		}
		if l.ImportPath != "" {
			return l.DefaultURL("https://pkg.go.dev")
		}
		return lines[name]
	}
	var page strings.Builder
	fmt.Fprintf(&page, "# Package %s\n\n", folder)
	page.WriteString(mentions(string(printer.Markdown(pkg.Parser().Parse(pkg.Doc))), folder))
	for _, e := range pkg.Examples {
		if e.Suffix != "" {
			continue
		}
		place := fset.Position(e.Code.Pos())
		body := content[place.Filename][place.Offset+1 : fset.Position(e.Code.End()).Offset-1]
		body, _, _ = strings.Cut(body, "\t// Output:") // it follows as text
		fmt.Fprintf(&page, "\n## Example\n\n%s\n```go\n%s\n```\n", e.Doc, strings.TrimSpace(strings.ReplaceAll("\n"+body, "\n\t", "\n")))
		if e.Output != "" {
			fmt.Fprintf(&page, "\n```text\n%s```\n", e.Output)
		}
	}
	fmt.Fprintf(&page, "\n## Source\n\n%s", files.String())
	return page.String(), nil
}

// declarations tells where each name of a package is declared: the file, and the line in it.
func declarations(fset *token.FileSet, trees []*ast.File) map[string]string {
	places := map[string]string{}
	for _, tree := range trees {
		for _, d := range tree.Decls {
			add := func(name string, at token.Pos) {
				p := fset.Position(at)
				places[name] = fmt.Sprintf("%s#L%d", path.Base(p.Filename), p.Line)
			}
			switch d := d.(type) {
			case *ast.FuncDecl:
				name := d.Name.Name
				if d.Recv != nil && len(d.Recv.List) == 1 {
					of := d.Recv.List[0].Type
					if star, ok := of.(*ast.StarExpr); ok {
						of = star.X
					}
					if id, ok := of.(*ast.Ident); ok {
						name = id.Name + "." + name
					}
				}
				add(name, d.Pos())
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					switch spec := spec.(type) {
					case *ast.TypeSpec:
						add(spec.Name.Name, spec.Pos())
					case *ast.ValueSpec:
						for _, id := range spec.Names {
							add(id.Name, id.Pos())
						}
					}
				}
			}
		}
	}
	return places
}

// pageNamed is a page that a doc comment speaks of, as docs/ops.md, or 04-sweep.md after
// another chapter.
var pageNamed = regexp.MustCompile(`\b(?:docs/[a-z/]*)?[0-9a-z-]+\.md\b`)

// mentions makes links of the pages that text speaks of, outside of its code.
func mentions(markdown, folder string) string {
	up := strings.Repeat("../", strings.Count(folder, "/")+1)
	var out strings.Builder
	for line := range strings.Lines(markdown) {
		if !strings.HasPrefix(line, "\t") {
			line = pageNamed.ReplaceAllStringFunc(line, func(name string) string {
				to := name
				if !strings.HasPrefix(to, "docs/") {
					to = "docs/chapters/" + to
				}
				return fmt.Sprintf("[%s](%s)", name, up+to)
			})
		}
		out.WriteString(line)
	}
	return out.String()
}
