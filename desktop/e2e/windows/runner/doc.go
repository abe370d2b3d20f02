// Package runner tries the setup on a Windows PC that nobody looks at, such as a build server's. It sees the program
// as its commands tell it, and hears nothing: the screen and the sound are tried on wine by the package above.
package runner
