// Package ch02 has the exercises of chapter 02.
//
//	go test -tags exercise ./docs/exercises/ch02
package ch02
