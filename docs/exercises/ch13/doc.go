// Package ch13 has the exercises of chapter 13.
//
//	go test -tags exercise ./docs/exercises/ch13
package ch13
