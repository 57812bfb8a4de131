"""Kinds of workloads by how they run, custom resources of batch and pipelines among them."""

# What runs once and ends: Job, PyTorchJob, JobSet, TaskRun, TestRun, … CronJobs and services of Knative do not.
RUNS_ONCE = r"(?<!^Cron)Job$|JobSet$|.Run$|^Workflow$|^SparkApplication$|^EphemeralRunner$|^Build$"
