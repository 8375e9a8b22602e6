// Command site turns the Markdown of this repository into a folder of HTML that is read
// without a network: formulas are typeset and code is highlighted when it is built, and
// nothing is loaded from elsewhere.
//
//	go run ./docs/site -o DIR
//	go run ./docs/site -serve
package main

import (
	"flag"
	"fmt"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "site:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	flags := flag.NewFlagSet("site", flag.ContinueOnError)
	out := flags.String("o", "", "write the site to this `folder`, which replaces an earlier site there")
	show := flags.Bool("serve", false, "show the site to this machine only")
	port := flags.Int("port", 8080, "the port of -serve; 0 takes a free one")
	root := flags.String("root", "", "the `folder` of the repository; the one above if not given")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 || *out == "" && !*show {
		return fmt.Errorf("usage: site -o DIR, or site -serve")
	}
	if *root == "" {
		var err error
		if *root, err = repository(); err != nil {
			return err
		}
	}
	files, err := build(os.DirFS(*root))
	if err != nil {
		return err
	}
	engine, err := compile(*root)
	if err != nil {
		return err
	}
	maps.Copy(files, engine)
	if *out != "" {
		if err := write(*out, files); err != nil {
			return err
		}
		fmt.Printf("%d files in %s\n", len(files), *out)
	}
	if !*show {
		return nil
	}
	listener, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(*port)))
	if err != nil {
		return err
	}
	fmt.Printf("http://%s/\n", listener.Addr())
	return http.Serve(listener, handler(files))
}

// repository returns the folder with go.work, here or above.
func repository() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.work")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("no go.work here or above; say where the repository is by -root")
		}
		dir = filepath.Dir(dir)
	}
}
