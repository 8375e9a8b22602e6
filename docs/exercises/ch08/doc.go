// Package ch08 has the exercises of chapter 08.
//
//	go test -tags exercise ./docs/exercises/ch08
package ch08
