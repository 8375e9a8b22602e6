// Package ch14 has the exercises of chapter 14.
//
//	go test -tags exercise ./docs/exercises/ch14
package ch14
