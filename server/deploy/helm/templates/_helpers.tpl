{{- define "jumun.name" -}}{{ .Release.Name | trunc 50 | trimSuffix "-" }}{{- end }}
{{- define "jumun.selector" -}}
app.kubernetes.io/name: jumun-server
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}
{{- define "jumun.labels" -}}
{{ include "jumun.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version | replace "+" "_" }}
{{- end }}
