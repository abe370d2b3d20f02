// Package deploy tests what operators deploy: the samples for proxies, the alerts, the chart and the image.
package deploy
