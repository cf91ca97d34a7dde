{{- define "isthmus-gateway.trust-domain" -}}
{{ .Values.trustDomain | default (printf "%s.internal" .Values.cluster) }}
{{- end }}

{{- define "isthmus-gateway.labels" -}}
app.kubernetes.io/name: isthmus-gateway
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/part-of: isthmus
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "isthmus-gateway.selector" -}}
app.kubernetes.io/name: isthmus-gateway
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "isthmus-gateway.metadata" -}}
name: isthmus-gateway
namespace: {{ .Release.Namespace }}
labels: {{ include "isthmus-gateway.labels" . | nindent 2 }}
{{- end }}
