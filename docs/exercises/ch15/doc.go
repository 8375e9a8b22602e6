// Package ch15 has the exercises of chapter 15.
//
//	go test -tags exercise ./docs/exercises/ch15
package ch15
