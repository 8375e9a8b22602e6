// Package ch12 has the exercises of chapter 12.
//
//	go test -tags exercise ./docs/exercises/ch12
package ch12
