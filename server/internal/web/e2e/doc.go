// Package e2e tests the page and jumun.js in a real Chromium, which plays into a real sound server. Its tests run by make
// test-page.
package e2e
