-- The lines of a published set under the name that the replay reads.
create view report.report_policy_lines as
select * from lines_of_set
