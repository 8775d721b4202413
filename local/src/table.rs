//! Makes the table as template.yaml describes it.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection,
    ProjectionType, ScalarAttributeType, StreamSpecification, StreamViewType,
    TimeToLiveSpecification,
};

use crate::{Failure, template};

/// Makes the table `name`, unless it is there.
///
/// # Errors
/// [`Failure`] where template.yaml or the engine does not permit it.
pub async fn create_if_missing(client: &Client, name: &str) -> Result<(), Failure> {
    let described = client.describe_table().table_name(name).send().await;
    match described.map_err(aws_sdk_dynamodb::Error::from) {
        Ok(_) => Ok(()),
        Err(aws_sdk_dynamodb::Error::ResourceNotFoundException(_)) => create(client, name).await,
        Err(error) => Err(error.into()),
    }
}

async fn create(client: &Client, name: &str) -> Result<(), Failure> {
    let table: template::Table = template::properties("Table")?;
    let mut request = client
        .create_table()
        .table_name(name)
        .billing_mode(BillingMode::PayPerRequest)
        .set_key_schema(Some(key_schema(&table.key_schema)?))
        .stream_specification(
            StreamSpecification::builder()
                .stream_enabled(true)
                .stream_view_type(StreamViewType::from(
                    table.stream_specification.stream_view_type.as_str(),
                ))
                .build()?,
        );
    for attribute in &table.attribute_definitions {
        request = request.attribute_definitions(
            AttributeDefinition::builder()
                .attribute_name(&attribute.attribute_name)
                .attribute_type(ScalarAttributeType::from(attribute.attribute_type.as_str()))
                .build()?,
        );
    }
    for index in &table.global_secondary_indexes {
        let projection = ProjectionType::from(index.projection.projection_type.as_str());
        request = request.global_secondary_indexes(
            GlobalSecondaryIndex::builder()
                .index_name(&index.index_name)
                .set_key_schema(Some(key_schema(&index.key_schema)?))
                .projection(Projection::builder().projection_type(projection).build())
                .build()?,
        );
    }
    match request.send().await.map_err(aws_sdk_dynamodb::Error::from) {
        // On a busy machine the SDK gives up waiting and asks again: then the first call has made it.
        Ok(_) | Err(aws_sdk_dynamodb::Error::ResourceInUseException(_)) => {}
        Err(error) => return Err(error.into()),
    }
    client
        .update_time_to_live()
        .table_name(name)
        .time_to_live_specification(
            TimeToLiveSpecification::builder()
                .attribute_name(&table.time_to_live_specification.attribute_name)
                .enabled(true)
                .build()?,
        )
        .send()
        .await
        .map_err(aws_sdk_dynamodb::Error::from)?;
    Ok(())
}

fn key_schema(elements: &[template::KeySchemaElement]) -> Result<Vec<KeySchemaElement>, Failure> {
    let element = |element: &template::KeySchemaElement| {
        Ok(KeySchemaElement::builder()
            .attribute_name(&element.attribute_name)
            .key_type(KeyType::from(element.key_type.as_str()))
            .build()?)
    };
    elements.iter().map(element).collect()
}
